rule smith2019:
    input: []

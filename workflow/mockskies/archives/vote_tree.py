"""The questions that volunteers of Galaxy Zoo 2 were asked, in the columns of Kaggle's competition.

Column ``Class<question>.<answer>`` is the fraction of all volunteers who reached the question and gave the
answer, so that the answers of a question sum to the fraction that reached it. Everybody reaches question 1,
and question 6 counts as reached by everybody: the competition scaled its two answers to a sum of 1.
"""

from dataclasses import dataclass

IDENTIFIER = "GalaxyID"


@dataclass(frozen=True)
class Question:
    """One task of the decision tree (Willett et al. 2013, table 2).

    Attributes
    ----------
    number
        Of the task, 1 to 11.
    answers
        In the order of the columns.
    after
        Column whose fraction of the volunteers reaches the question; None if all do.
    """

    number: int
    answers: tuple[str, ...]
    after: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the answers, such as ``Class1.1``."""
        return tuple(f"Class{self.number}.{answer + 1}" for answer in range(len(self.answers)))


QUESTIONS = (
    Question(1, ("smooth", "features", "star"), None),
    Question(2, ("edge-on", "not edge-on"), "Class1.2"),
    Question(3, ("bar", "no bar"), "Class2.2"),
    Question(4, ("spiral", "no spiral"), "Class2.2"),
    Question(5, ("no bulge", "just noticeable", "obvious", "dominant"), "Class2.2"),
    Question(6, ("odd", "not odd"), None),
    Question(7, ("round", "in between", "cigar"), "Class1.1"),
    Question(8, ("ring", "lens", "disturbed", "irregular", "other", "merger", "dust lane"), "Class6.1"),
    Question(9, ("rounded", "boxy", "no bulge"), "Class2.1"),
    Question(10, ("tight", "medium", "loose"), "Class4.1"),
    Question(11, ("1", "2", "3", "4", "more than 4", "cannot tell"), "Class4.1"),
)

COLUMNS = tuple(column for question in QUESTIONS for column in question.columns)

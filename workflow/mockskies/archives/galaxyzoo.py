"""The files of Galaxy Zoo's competition, under the names that Kaggle gives them."""

IMAGES = "images_training_rev1"
SOLUTIONS = "training_solutions_rev1"
IMAGES_ZIP, SOLUTIONS_ZIP, SOLUTIONS_CSV = f"{IMAGES}.zip", f"{SOLUTIONS}.zip", f"{SOLUTIONS}.csv"

# Side of a picture, in px.
SIDE = 424

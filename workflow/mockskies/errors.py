"""The exceptions that users are meant to read."""


class InputError(Exception):
    """A file, setting or server answer that cannot be used.

    The message names the file or key, what was expected and what came.
    """


class LostRankError(Exception):
    """One of several processes that train as one was killed or fell silent; names which and how."""


class DivergenceError(Exception):
    """A loss is no longer a finite number; names the step and the last good checkpoint."""


class InterruptedTrainingError(Exception):
    """A training was asked to stop before its end; its checkpoint is saved."""

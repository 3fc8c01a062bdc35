"""How fast the fake is, in ratios within one run: `python -m tests.benchmarks [--only NAME] [--rounds N] [--json]`.

A group is a set of rows that do the same by different means; each row runs in a process of its own, and the rows of a
round follow each other in rotating order. A ratio is the median, over the rounds, of a row's figure to the reference's
of the same round: machines are shared and noisy, so figures of different runs are never compared.
"""

"""Small applications of the frameworks that people test with this package, each in an environment of its own.

    python -m tests.frameworks FOLDER [NAME …]

A folder here is a framework: `requirements.txt`, an application, its tests; `recipes` has what only a recipe of the
documentation needs. Where a framework is not installed it is not collected.
"""

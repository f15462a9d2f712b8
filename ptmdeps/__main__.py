"""``python -m ptmdeps``."""

from ptmdeps.cli import main

if __name__ == "__main__":
    main()

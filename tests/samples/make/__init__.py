"""The scripts that make sample_pcaps/: `python -m tests.samples.make NAME...` makes again, `--list` names them."""

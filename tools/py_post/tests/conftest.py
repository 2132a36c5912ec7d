"""Property tests try the same cases every time, and no clock judges them."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("exploring", database=None, deadline=None, max_examples=2000)
settings.load_profile("repeatable")

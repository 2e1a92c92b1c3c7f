"""The sample captures: their makers (make/) and what must hold of them."""

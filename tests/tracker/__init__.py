"""Both endpoints' states, held against the RFC's own figures and against properties of every life."""

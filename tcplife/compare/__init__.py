"""Two captures of the same traffic, or two runs of one test, side by side.

In: captures. Out: what differs, as values: losses with their direction, delay, options, resets, states (`two_taps`);
or lifecycles that changed their shape (`releases`). Prints nothing.
"""

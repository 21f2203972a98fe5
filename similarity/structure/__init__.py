"""Structure: how nodes are linked; ego networks, shortest explanations, PageRank, communities."""

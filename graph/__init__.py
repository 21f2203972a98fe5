"""The graph: what the domain is (model), its published columns (snapshot), and the engines that hold it (stores)."""

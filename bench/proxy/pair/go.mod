module zt-ai/bench/pair

go 1.24

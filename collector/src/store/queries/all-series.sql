-- All points of a question, summed.
{{edges-series}}
UNION ALL
{{exponential-series}}

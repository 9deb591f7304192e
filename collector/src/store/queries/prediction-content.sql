cityHash64(segment, ifNull(toString(score), ''), outputs, inputs, weight)

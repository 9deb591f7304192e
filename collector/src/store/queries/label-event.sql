(ifNull(time, arrived_at), cityHash64(label, ifNull(toString(time), '')), arrived_at, label, isNotNull(time))

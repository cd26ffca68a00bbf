package expr

// Order puts ids so that each stands behind those that it needs; otherwise they
// keep their order. needs returns those of an id, and nothing for what needs no
// order, as metrics. cycle is an id that needs itself, by way of others or not;
// empty: there is none.
func Order(ids []string, needs func(id string) []string) (ordered []string, cycle string) {
	onTheWay, done := map[string]bool{}, map[string]bool{}
	of := map[string]bool{}
	for _, id := range ids {
		of[id] = true
	}
	var visit func(id string) bool
	visit = func(id string) bool {
		switch {
		case done[id] || !of[id]:
			return true
		case onTheWay[id]:
			cycle = id
			return false
		}
		onTheWay[id] = true
		for _, need := range needs(id) {
			if !visit(need) {
				return false
			}
		}
		done[id] = true
		ordered = append(ordered, id)
		return true
	}
	for _, id := range ids {
		if !visit(id) {
			return nil, cycle
		}
	}
	return ordered, ""
}

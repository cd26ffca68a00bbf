package history

// breach turns a valid request into one that breaks a rule.
type breach[T any] struct {
	name  string
	apply func(*Generator, *T)
}

// Breaches names every rule that a history can break, as in Op.Breaks.
func Breaches() []string {
	all := names(putBreaches())
	all = append(all, names(listBreaches())...)
	all = append(all, names(statisticsBreaches())...)
	return append(all, names(dataBreaches())...)
}

func names[T any](breaches []breach[T]) []string {
	list := make([]string, len(breaches))
	for i, b := range breaches {
		list[i] = b.name
	}
	return list
}

// apply breaks one rule.
func apply[T any](g *Generator, in *T, breaches []breach[T]) string {
	b := pick(g, breaches)
	b.apply(g, in)
	return b.name
}

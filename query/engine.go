package query

// Engine answers questions about the metrics of a Source. It holds no state
// but the key of its paging tokens and the answers under way, and is safe for
// concurrent use.
type Engine struct {
	source Source
	tokens tokens
	limits Limits
	slow   slow
	shared *shared
}

// New returns an Engine over source. tokenKey authenticates paging tokens: it
// is secret, and where it changes, tokens given out before are refused.
func New(source Source, tokenKey []byte, limits Limits) *Engine {
	return &Engine{source: source, tokens: tokens{key: tokenKey}, limits: limits.withDefaults(), shared: &shared{}}
}

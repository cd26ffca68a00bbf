package pattern

import (
	"errors"
	"sync"
)

// Pattern is a compiled event pattern. It does not change and is safe for
// concurrent use.
type Pattern struct {
	combinations []combination
	// alone holds this pattern only; made when Match first needs it, since
	// most patterns live in a Set.
	once  sync.Once
	alone *Set[struct{}]
}

// Compile reads the JSON text of an event pattern. A pattern that AWS refuses
// is refused with a *fault.Error of kind InvalidValue and Subject
// "event pattern" that holds AWS's text. The length of the text is the
// caller's to limit.
func Compile(json []byte) (*Pattern, error) {
	p := parser{lexer: lexer{src: json}}
	if err := p.parse(); err != nil {
		var r *refusal
		if errors.As(err, &r) {
			return nil, r.fault(json)
		}
		return nil, err
	}
	compiled := &Pattern{combinations: p.combinations}
	for i, c := range compiled.combinations {
		compiled.combinations[i] = c.settled()
	}
	return compiled, nil
}

// Match reports whether an event, a JSON object, satisfies the pattern.
func (p *Pattern) Match(event []byte) (bool, error) {
	p.once.Do(func() {
		p.alone = NewSet[struct{}]()
		p.alone.Put(struct{}{}, p)
	})
	var room [1]struct{}
	found, err := p.alone.Match(event, room[:0])
	return len(found) > 0, err
}

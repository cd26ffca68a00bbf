package targets

// longestProven is how many idle targets are remembered as living.
const longestProven = 10_000

// proven are targets without a lane whose last attempt went well, quickly or
// slowly.
type proven map[string]standing

// note remembers a lane's target; any other makes room.
func (p proven) note(l *lane) {
	if l.standing != living && l.standing != slow {
		return
	}
	if len(p) >= longestProven {
		for other := range p {
			delete(p, other)
			break
		}
	}
	p[l.target] = l.standing
}

// take returns what is remembered of target, and forgets it.
func (p proven) take(target string) standing {
	s, ok := p[target]
	if !ok {
		return stranger
	}
	delete(p, target)
	return s
}

package targets

// standing is what is known of a target, and so how many of the workers may be
// busy with its like: dead targets leave the rest to the living, and those
// of which nothing is known leave some to those that are known to live.
type standing int

const (
	failing  standing = iota // its last attempt failed: half of the workers
	stranger                 // nothing is known yet: three quarters, with the failing
	living                   // its last attempt went well: all of them
	standings
)

// choose picks the line that goes next.
func (d *dispatcher) choose() (standing, bool) {
	half, most := max(1, d.e.Workers/2), max(1, d.e.Workers*3/4)
	unproven := d.under[failing] + d.under[stranger]
	switch {
	case len(d.lines[stranger]) > 0 && unproven < most: // one attempt each makes them known
		return stranger, true
	case len(d.lines[failing]) > 0 && d.under[failing] < half && unproven < most:
		return failing, true
	case len(d.lines[living]) > 0:
		return living, true
	}
	return 0, false
}

// longestProven is how many idle targets are remembered as living.
const longestProven = 10_000

// proven are targets without a lane whose last attempt went well.
type proven map[string]struct{}

// note remembers a lane's target; any other makes room.
func (p proven) note(l *lane) {
	if l.standing != living {
		return
	}
	if len(p) >= longestProven {
		for other := range p {
			delete(p, other)
			break
		}
	}
	p[l.target] = struct{}{}
}

// take reports whether target is among them, and takes it out.
func (p proven) take(target string) bool {
	_, ok := p[target]
	delete(p, target)
	return ok
}

package targets

// Carries reports whether something takes deliveries to a target of this kind:
// what nothing carries to ends with NoResource, and a room may rather refuse it
// at once. It is false before there is an Engine.
func (o *Outbox) Carries(target string) bool {
	e := o.engine.Load()
	if e == nil {
		return false
	}
	_, ok := e.target(target)
	return ok
}

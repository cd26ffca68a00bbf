package targets

import "fmt"

// target returns what carries to a target: what the operator has pointed
// elsewhere wins over the house's own of its kind.
func (e *Engine) target(arn string) (Target, bool) {
	if e.Elsewhere != nil {
		if t, ok := e.Elsewhere(arn); ok {
			return t, true
		}
	}
	t, ok := e.Targets[KindOf(arn)]
	return t, ok
}

// nowhere is the failure of a delivery to what nothing carries to, with what
// could be done about it.
func (e *Engine) nowhere(arn string) *Failure {
	err := fmt.Errorf("nothing here carries to %s", arn)
	if e.Advice != nil {
		if text := e.Advice(arn); text != "" {
			err = fmt.Errorf("%w: %s", err, text)
		}
	}
	return &Failure{Code: NoResource, Permanent: true, Err: err}
}

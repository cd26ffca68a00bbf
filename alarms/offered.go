package alarms

// offered refuses by name the kinds of alarms, and the members of a definition,
// that the evaluator does not act on yet: an alarm that is kept is evaluated.
func (s *Service) offered(d *Definition) error {
	switch {
	case d.Kind() == OnPromQL:
		return unsupported("The parameter EvaluationCriteria is")
	}
	return nil
}

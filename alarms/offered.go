package alarms

// offered refuses by name the kinds of alarms, and the members of a definition,
// that the evaluator does not act on yet: an alarm that is kept is evaluated.
func (s *Service) offered(d *Definition) error {
	switch {
	case d.Kind() == OnQueries:
		return unsupported("The parameter Metrics is")
	case d.Kind() == OnPromQL:
		return unsupported("The parameter EvaluationCriteria is")
	case d.WarmUp != nil:
		return unsupported("The parameter WarmUpConfiguration is")
	case d.EvaluationWindow != nil && d.EvaluationWindow.WallClock:
		return unsupported("The parameter EvaluationWindow.WallClockWindow is")
	}
	return nil
}

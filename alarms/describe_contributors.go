package alarms

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
)

// ContributorsSubject is the fault.Error.Subject of an alarm whose contributors are
// asked for and that does not exist.
const ContributorsSubject = "alarm of contributors"

// contributorPage is how many contributors a page has (inferred).
const contributorPage = 50

// Contributors returns a page of the contributors of an alarm that are in ALARM, by
// their ids, and the token of the next page, empty after the last one. An alarm of
// a kind that has none answers with none.
func (s *Service) Contributors(k Key, token string) (page []Contributor, next string, err error) {
	if k.Name == "" {
		return nil, "", missing("AlarmName")
	}
	binding := []any{"DescribeAlarmContributors", k}
	after, err := openToken(binding, token)
	if err != nil {
		return nil, "", err
	}
	a, err := s.alarm(k)
	if err != nil {
		return nil, "", err
	}
	for _, c := range a.contributors {
		switch {
		case c.Value != Alarming || c.ID <= after:
		case len(page) == contributorPage:
			return page, sealToken(binding, page[len(page)-1].ID), nil
		default:
			page = append(page, c)
		}
	}
	return page, "", nil
}

// alarm reads an alarm.
func (s *Service) alarm(k Key) (a *Alarm, err error) {
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		var ok bool
		if a, ok, err = load(r, k); err == nil && !ok { // wording (inferred)
			err = &fault.Error{Kind: fault.NotFound, Subject: ContributorsSubject, Message: "Alarm " + k.Name + " does not exist"}
		}
		return err
	})
	return a, err
}

package dashboards

import (
	"context"
	"maps"
	"time"

	"skywatch/catalog"
	"skywatch/dashboards/body"
	"skywatch/internal/fault"
)

// Subject is the fault.Error.Subject of all refusals that concern a dashboard.
const Subject = "dashboard"

// Refused is the error of a body with mistakes.
type Refused struct {
	Fault    *fault.Error
	Findings []body.Finding // none where the body is no JSON object
}

// Error implements error.
func (r *Refused) Error() string { return r.Fault.Error() }

// Unwrap returns the fault.
func (r *Refused) Unwrap() error { return r.Fault }

// Put makes a dashboard, or gives one that is there another body; tags are those
// of a new one. It returns what the author of the body should know.
func (s *Service) Put(ctx context.Context, n Name, text string, tags map[string]string, now time.Time) ([]body.Finding, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	if text == "" {
		return nil, required("DashboardBody")
	}
	report, err := judge(text)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *catalog.Tx) error {
		_, there, err := entries.Get(tx, n.parts()...)
		if err != nil {
			return err
		}
		if !there {
			if err := retag(tx, n, func(t map[string]string) { maps.Copy(t, tags) }); err != nil {
				return err
			}
		}
		if err := entries.Put(tx, entry{now.Unix(), len(text)}, n.parts()...); err != nil {
			return err
		}
		return bodies.Put(tx, text, n.parts()...)
	})
	return report.Warnings, err
}

// judge refuses a body with mistakes.
func judge(text string) (*body.Report, error) {
	report, err := body.Check(text)
	if err != nil {
		return nil, &Refused{Fault: badBody(err.Error())}
	}
	if message := report.Refusal(); message != "" {
		return nil, &Refused{badBody(message), report.Errors}
	}
	return report, nil
}

func badBody(message string) *fault.Error {
	return &fault.Error{Kind: fault.InvalidFormat, Subject: Subject, Param: "DashboardBody", Message: message}
}

// Get returns a dashboard's body.
func (s *Service) Get(n Name) (text string, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	err = s.db.View(func(r catalog.Reader) error {
		var there bool
		if text, there, err = bodies.Get(r, n.parts()...); err == nil && !there {
			err = &fault.Error{Kind: fault.NotFound, Subject: Subject, Param: "DashboardName", Message: "Dashboard " + n.Dashboard + " does not exist"}
		}
		return err
	})
	return body.Compact(text), err
}

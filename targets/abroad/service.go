package abroad

import (
	"cmp"
	"context"
	"fmt"

	"skywatch/internal/arn"
	"skywatch/targets"
	"skywatch/targets/forward"
	"skywatch/targets/webhook"
)

// Options are what a Service works with.
type Options struct {
	Client  *forward.Client
	Drivers Drivers
	HTTP    *webhook.Client // of drivers behind a URL
}

// Service carries deliveries. It is safe for concurrent use.
type Service struct{ Options }

// New returns a service.
func New(o Options) *Service { return &Service{o} }

// Target is targets.Options.Elsewhere: it knows what a driver or a profile is
// there for.
func (s *Service) Target(target string) (targets.Target, bool) {
	a, err := arn.Parse(target)
	if err != nil {
		return targets.Target{}, false
	}
	k := kindOf(a)
	if k == nil || !s.calls(k, a) && !s.drives(k, target) {
		return targets.Target{}, false
	}
	return targets.Outside(s.Send), true
}

// calls reports whether a profile may be there for an ARN; which account's, the
// delivery knows where the ARN does not.
func (s *Service) calls(k *kind, a arn.ARN) bool {
	return k.call != nil && s.Client.Matches(k.name, accountOf(a), a.Region)
}

// drives reports whether a driver is there for a target.
func (s *Service) drives(k *kind, target string) bool {
	return !k.house && driverOf(s.Drivers, k.name, target) != nil
}

// accountOf is the account in an ARN; empty where the ARN names none.
func accountOf(a arn.ARN) string {
	if a.Service == "automate" { // ec2 stands there
		return ""
	}
	return a.Account
}

// Advice is targets.Options.Advice.
func (s *Service) Advice(target string) string {
	a, err := arn.Parse(target)
	if err != nil {
		return ""
	}
	switch k := kindOf(a); {
	case k == nil || k.house:
		return ""
	case k.call == nil:
		return fmt.Sprintf("the configuration (action-drivers) names no driver for %s, and AWS has no call that a forwarding profile could make", k.name)
	default:
		return fmt.Sprintf("the configuration names neither a forwarding profile (forward-profiles) nor a driver (action-drivers) for %s", k.name)
	}
}

// Send makes one attempt of a delivery.
func (s *Service) Send(ctx context.Context, d targets.Delivery) error {
	e, err := errandOf(&d)
	if err != nil {
		return refuse(targets.NoResource, err)
	}
	if driver := driverOf(s.Drivers, e.kind.name, d.Target); driver != nil && !e.kind.house {
		return s.drive(ctx, driver, e)
	}
	if !s.Client.Matches(e.kind.name, e.account, e.region) || e.kind.call == nil {
		return refuse(targets.NoResource, fmt.Errorf("nothing here carries to %s: %s in account %s and region %s", d.Target, s.Advice(d.Target), e.account, e.region))
	}
	return s.forward(ctx, e)
}

func errandOf(d *targets.Delivery) (*errand, error) {
	a, err := arn.Parse(d.Target)
	if err != nil {
		return nil, err
	}
	k := kindOf(a)
	if k == nil {
		return nil, fmt.Errorf("nothing carries to %s elsewhere", d.Target)
	}
	return &errand{Delivery: d, arn: a, kind: k, account: cmp.Or(accountOf(a), d.Account), region: cmp.Or(a.Region, d.Region)}, nil
}

// forward makes the call of an errand by its profile.
func (s *Service) forward(ctx context.Context, e *errand) error {
	var err error
	if e.endpoint, err = s.Client.Endpoint(e.kind.name, e.account, e.region); err != nil {
		return err
	}
	call, err := e.kind.call(e)
	if err != nil {
		return refuse(targets.ClientError, err)
	}
	answer, err := s.Client.Call(ctx, e.addressed(call))
	if err != nil && e.kind.make != nil && forward.CodeOf(err) == "ResourceNotFoundException" {
		_, failed := s.Client.Call(ctx, e.addressed(e.kind.make(e)))
		if failed != nil && forward.CodeOf(failed) != "ResourceAlreadyExistsException" {
			return failed
		}
		answer, err = s.Client.Call(ctx, e.addressed(call))
	}
	switch {
	case err != nil && e.kind.repeated != "" && forward.CodeOf(err) == e.kind.repeated:
		return nil
	case err != nil || e.kind.judge == nil:
		return err
	}
	return e.kind.judge(answer)
}

func (e *errand) addressed(c forward.Call) forward.Call {
	c.Service, c.Account, c.Region = e.kind.name, e.account, e.region
	return c
}

// refuse is the failure that no other attempt would mend.
func refuse(code string, err error) error {
	return &targets.Failure{Code: code, Permanent: true, Err: err}
}

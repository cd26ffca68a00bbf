package destination

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/webhook"
)

// Send carries a delivery to the API destination that is its target.
func (s *Service) Send(ctx context.Context, d targets.Delivery) error {
	to, c, a, t, err := s.resolve(&d)
	if err != nil {
		return err
	}
	if err := s.turn(t, &d); err != nil {
		return err
	}
	r, err := call(&to, &a, t, &d)
	if err != nil {
		return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: err}
	}
	if a.Type == OAuth {
		return s.sendWithToken(ctx, &c, &a, r)
	}
	answer, err := s.HTTP.Do(ctx, r)
	if err != nil {
		return failure(err)
	}
	return judge(answer)
}

// sendWithToken makes the call, and once more with a fresh token where the one
// that was held is refused.
func (s *Service) sendWithToken(ctx context.Context, c *Connection, a *Auth, r webhook.Request) error {
	refused := ""
	for {
		t, err := s.token(ctx, c, a, refused)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", t)
		answer, err := s.HTTP.Do(ctx, r)
		if err != nil {
			return failure(err)
		}
		if refused != "" || answer.Status != http.StatusUnauthorized && answer.Status != http.StatusProxyAuthRequired {
			return judge(answer)
		}
		refused = t
	}
}

// resolve finds what a delivery needs; t is nil where there is no template. Who
// sends it must own the destination.
func (s *Service) resolve(d *targets.Delivery) (to Destination, c Connection, a Auth, t *storedTemplate, err error) {
	var there, connected, formed bool
	var stored storedTemplate
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		if to, there, err = destinationAt(r, d.Target); err != nil || !there {
			return err
		}
		if stored, formed, err = templateOf(r, &to); err != nil {
			return err
		}
		c, connected, err = connectionAt(r, to.Connection)
		return err
	})
	switch {
	case err != nil:
		return to, c, a, nil, err
	case !there:
		return to, c, a, nil, lost(targets.NoResource, "the API destination %s does not exist", d.Target)
	case to.Tenant != d.Tenant:
		return to, c, a, nil, lost(targets.NoPermissions, "%s belongs to another account or region", d.Target)
	case !connected || c.Tenant != d.Tenant:
		return to, c, a, nil, lost(targets.NoResource, "the connection %s does not exist", to.Connection)
	}
	if a, err = c.open(s.Sealer); errors.Is(err, errNoSecrets) {
		err = lost(targets.NoPermissions, "the connection %s is not authorized", to.Connection)
	}
	if err == nil && formed {
		t, err = &stored, stored.open(&to, s.Sealer)
	}
	return to, c, a, t, err
}

// lost is a failure for good.
func lost(code, format string, args ...any) error {
	return &targets.Failure{Code: code, Permanent: true, Err: fmt.Errorf(format, args...)}
}

// failure is that of a call without an answer.
func failure(err error) error {
	if errors.Is(err, webhook.ErrEgress) {
		return &targets.Failure{Code: targets.NoPermissions, Permanent: true, Err: err}
	}
	return err // a time-out, or trouble on the way
}

// judge says what an answer means: 2xx is success; 401, 407, 409, 429 and 5xx
// are tried again, everything else is not (user guide, "API destination error
// codes"), nor what says so by a negative Retry-After.
func judge(a webhook.Answer) error {
	if a.Status/100 == 2 {
		return nil
	}
	f := &targets.Failure{Code: targets.ClientError, Permanent: true, Err: fmt.Errorf("the endpoint answered %d", a.Status)}
	switch {
	case a.Status == http.StatusTooManyRequests:
		f.Code, f.Permanent = targets.Throttling, false
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusProxyAuthRequired:
		f.Code, f.Permanent = targets.NoPermissions, false
	case a.Status == http.StatusConflict:
		f.Permanent = false
	case a.Status >= http.StatusInternalServerError:
		f.Code, f.Permanent = targets.ServerError, false
	}
	if a.RetryAfter < 0 {
		f.Permanent = true
	} else {
		f.After = a.RetryAfter
	}
	return f
}

package forward

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"skywatch/targets"
)

// Bounds of a call.
const (
	callTimeout = 10 * time.Second // events.md 4.3
	maxAnswer   = 1 << 20
)

// Options are what a Client works with.
type Options struct {
	Profiles Profiles
	Now      func() time.Time // nil: the machine's clock
}

// Client makes calls by the first profile that matches. It is safe for
// concurrent use.
type Client struct {
	doors  []*door
	signer *v4.Signer
	now    func() time.Time
}

// New returns a client; Close it after use. It reads the files that profiles
// name, but calls nobody.
func New(ctx context.Context, o Options) (*Client, error) {
	c := &Client{now: o.Now, signer: v4.NewSigner()}
	if c.now == nil {
		c.now = time.Now
	}
	for i := range o.Profiles {
		d, err := openDoor(ctx, &o.Profiles[i])
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("forwarding profile, entry %d, of %q: %w", i+1, o.Profiles[i].For(), err)
		}
		c.doors = append(c.doors, d)
	}
	return c, nil
}

// Close ends the idle connections.
func (c *Client) Close() {
	for _, d := range c.doors {
		d.http.CloseIdleConnections()
	}
}

// Matches reports whether a profile is there for targets of a service in an
// account and region; without an account or region, in any.
func (c *Client) Matches(service, account, region string) bool {
	return c.door(service, account, region) != nil
}

func (c *Client) door(service, account, region string) *door {
	for _, d := range c.doors {
		if d.matches(service, account, region) {
			return d
		}
	}
	return nil
}

// Endpoint is the URL at which a service in an account and region is called.
func (c *Client) Endpoint(service, account, region string) (string, error) {
	call := Call{Service: service, Account: account, Region: region}
	d := c.door(service, account, region)
	if d == nil {
		return "", noProfile(&call)
	}
	at, err := d.endpointOf(services[service], &call, d.regionOf(&call))
	if err != nil {
		return "", permanent(targets.ClientError, err)
	}
	return at, nil
}

// Call makes one attempt of a call and returns the body of the answer. Every
// error is a *targets.Failure.
func (c *Client) Call(ctx context.Context, call Call) ([]byte, error) {
	d := c.door(call.Service, call.Account, call.Region)
	if d == nil {
		return nil, noProfile(&call)
	}
	s, ok := services[call.Service]
	if !ok {
		return nil, permanent(targets.NoResource, fmt.Errorf("calls of the service %s are not offered", call.Service))
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, creds, err := c.signed(ctx, d, s, &call)
	if err != nil {
		return nil, err
	}
	res, err := d.http.Do(req)
	if err != nil {
		return nil, unanswered(fmt.Errorf("call %s: %w", call.name(), err))
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, unanswered(fmt.Errorf("read the answer to %s: %w", call.name(), err))
	case res.StatusCode/100 != 2:
		return nil, refusal(&call, res, body, creds)
	}
	return body, nil
}

// signed makes the request of a call and signs it with the credentials that it
// returns.
func (c *Client) signed(ctx context.Context, d *door, s service, call *Call) (*http.Request, aws.Credentials, error) {
	var creds aws.Credentials
	region := d.regionOf(call)
	endpoint, err := d.endpointOf(s, call, region)
	if err != nil {
		return nil, creds, permanent(targets.ClientError, err)
	}
	req, body, err := call.request(ctx, s, endpoint)
	if err != nil {
		return nil, creds, permanent(targets.ClientError, err)
	}
	creds, err = d.creds.Retrieve(ctx)
	if err != nil {
		told := aws.Credentials{SecretAccessKey: string(d.SecretKey), SessionToken: string(d.SessionToken)} // to the STS of a role
		return nil, creds, &targets.Failure{Code: targets.NoPermissions, Err: fmt.Errorf("there are no credentials for %s: %s", call.name(), hide(err.Error(), told))}
	}
	sum := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, creds, req, hex.EncodeToString(sum[:]), s.scopeOf(call.Service), region, c.now()); err != nil {
		return nil, creds, permanent(targets.ClientError, fmt.Errorf("sign %s: %w", call.name(), err))
	}
	return req, creds, nil
}

func (c *Call) name() string {
	if c.Action == "" {
		return c.Service
	}
	return c.Service + ":" + c.Action
}

func noProfile(c *Call) *targets.Failure {
	return permanent(targets.NoResource, fmt.Errorf("no forwarding profile is for %s in account %s and region %s", c.Service, c.Account, c.Region))
}

func permanent(code string, err error) *targets.Failure {
	return &targets.Failure{Code: code, Permanent: true, Err: err}
}

// unanswered is the failure of a call that got no answer.
func unanswered(err error) *targets.Failure {
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return &targets.Failure{Code: targets.Timeout, Err: err}
	}
	return &targets.Failure{Code: targets.ServerError, Err: err}
}

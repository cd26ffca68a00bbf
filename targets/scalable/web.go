package scalable

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/webhook"
)

// Web is the driver that speaks to URLs as AWS does to custom resources: GET
// tells the capacity, PATCH sets it. Calls are under the rules for outbound
// calls.
type Web struct {
	Client  *webhook.Client
	Timeout time.Duration
	// URL has placeholders for the parts of the target's name; empty: the
	// resource is the URL.
	URL string
}

// Capacity implements Driver.
func (w *Web) Capacity(ctx context.Context, n Name) (Capacity, error) {
	body, err := driver.Call(ctx, w.Client, webhook.Request{Method: http.MethodGet, URL: w.at(n), Total: w.Timeout, Header: w.header(n, "")})
	if err != nil {
		return Capacity{}, err
	}
	return parseCapacity(body)
}

// Set implements Driver.
func (w *Web) Set(ctx context.Context, o Order) (*Capacity, error) {
	body, err := json.Marshal(struct {
		Desired int `json:"desiredCapacity"`
	}{o.To})
	if err != nil {
		return nil, err
	}
	body, err = driver.Call(ctx, w.Client, webhook.Request{
		Method: http.MethodPatch, URL: w.at(o.Name), Body: body, Total: w.Timeout, Header: w.header(o.Name, o.Activity),
	})
	if err != nil || len(body) == 0 {
		return nil, err
	}
	c, err := parseCapacity(body)
	if err != nil {
		return nil, driver.Unknown(err) // it was taken
	}
	return &c, nil
}

func (w *Web) at(n Name) string {
	if w.URL == "" {
		return n.Resource
	}
	return strings.NewReplacer(
		"{namespace}", url.PathEscape(n.Namespace), "{resource}", url.PathEscape(n.Resource), "{dimension}", url.PathEscape(n.Dimension),
		"{account}", url.PathEscape(n.Account), "{region}", url.PathEscape(n.Region),
	).Replace(w.URL)
}

// header says whose capacity it is, and of which activity the call is. AWS's
// calls have neither; a resource may ignore them.
func (w *Web) header(n Name, activity string) http.Header {
	h := http.Header{"X-Skywatch-Scalable-Dimension": {n.Dimension}}
	if activity != "" {
		h.Set("Content-Type", "application/json")
		h.Set("Idempotency-Key", activity)
	}
	return h
}

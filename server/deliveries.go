package server

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gorilla/mux"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// deliveries answers /skywatch/v1/deliveries: what was sent, and what became
// of it.
type deliveries struct{ engine *targets.Engine }

// mount adds the paths to r, in a's form.
func (d *deliveries) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/deliveries", a.handle(d.list)).Methods(http.MethodGet)
	r.HandleFunc("/skywatch/v1/deliveries/{id}/redrive", a.handle(d.redrive)).Methods(http.MethodPost)
}

// list answers a page of the caller's deliveries. A parameter that is not
// known is refused, so that a misspelt filter does not list everything.
func (d *deliveries) list(c call) (any, error) {
	q := targets.LogQuery{Account: c.caller.Account}
	for name, values := range c.URL.Query() {
		v := values[len(values)-1]
		switch name {
		case "target":
			q.Target = v
		case "cause":
			q.Cause = v
		case "status":
			q.Status = targets.Status(v)
		case "next":
			q.Next = v
		case "limit":
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return nil, fault.New(fault.InvalidValue, "limit must be 1 to %d.", targets.MaxLogPage)
			}
			q.Limit = n
		default:
			return nil, fault.New(fault.Unsupported, "There is no parameter %s; there are target, cause, status, limit and next.", name)
		}
	}
	return d.engine.Deliveries(q)
}

// redrive puts a delivery that was given up back on its way.
func (d *deliveries) redrive(c call) (any, error) {
	id, err := url.PathUnescape(mux.Vars(c.Request)["id"])
	if err != nil {
		return nil, fault.New(fault.Malformed, "The id is not escaped well.")
	}
	return struct {
		ID string `json:"Id"`
	}{id}, d.engine.Redrive(c.Context(), c.caller.Account, id)
}

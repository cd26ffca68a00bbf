package server

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"skywatch/access"
	"skywatch/api"
	"skywatch/doors"
	"skywatch/internal/fault"
)

// adminBody bounds the body of a request below /skywatch/v1.
const adminBody = 8 << 20

// admin answers /skywatch/v1: what AWS has no API for. It is open to the same
// callers as the AWS protocols: everybody in local mode, the holder of any key
// elsewhere (a key has all rights in its account for now).
type admin struct {
	auth      *auth
	keys      *access.Store
	importer  *importer
	sent      *deliveries
	tails     *tails
	forms     *templates
	documents *documentDoor
	doorway   *doorway
	backtests *backtests
	clock     *clockDoor
	backups   *backups
	log       *slog.Logger
	now       func() time.Time
}

// mount adds the paths to r, which has the base path already.
func (a *admin) mount(r *mux.Router) {
	r.HandleFunc("/skywatch/v1/keys", a.handle(a.listKeys)).Methods(http.MethodGet)
	r.HandleFunc("/skywatch/v1/keys", a.handle(a.createKey)).Methods(http.MethodPost)
	r.HandleFunc("/skywatch/v1/keys/{id}", a.handle(a.deleteKey)).Methods(http.MethodDelete)
	r.HandleFunc("/skywatch/v1/import", a.handle(a.importer.put)).Methods(http.MethodPost)
	r.HandleFunc("/skywatch/v1/schedules/next", a.handle(nextRuns)).Methods(http.MethodPost)
	a.sent.mount(r, a)
	a.tails.mount(r, a)
	a.forms.mount(r, a)
	a.documents.mount(r, a)
	a.doorway.mount(r, a)
	a.backtests.mount(r, a)
	a.clock.mount(r, a)
	a.backups.mount(r, a)
	r.PathPrefix("/skywatch/v1/").HandlerFunc(a.handle(nothing))
}

// nothing answers what is not there, so that it does not look like a request
// of AWS gone wrong.
func nothing(c call) (any, error) {
	return nil, fault.New(fault.NotFound, "%s %s is not offered by this version of Skywatch.", c.Method, c.URL.Path)
}

// call is an admin request after authentication.
type call struct {
	*http.Request
	caller api.Caller
	body   []byte
	now    time.Time
}

// handle wraps a function with authentication and the JSON form of answers.
func (a *admin) handle(f func(call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := a.serve(w, r, f)
		a.answer(w, r, out, err)
	}
}

// answer writes out, or what went wrong.
func (a *admin) answer(w http.ResponseWriter, r *http.Request, out any, err error) {
	status := http.StatusOK
	if err != nil {
		fl := fault.Of(err)
		status = statusOf(fl)
		if status >= http.StatusInternalServerError {
			a.log.Error("admin request failed", "path", r.URL.Path, "err", err)
		}
		said := map[string]string{"Error": fl.Message}
		if c := (coded{}); errors.As(err, &c) {
			said["Code"] = api.MetricsCode(err)
		}
		out = said
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(out); err != nil {
		a.log.Debug("answer not sent", "path", r.URL.Path, "err", err)
	}
}

func (a *admin) serve(w http.ResponseWriter, r *http.Request, f func(call) (any, error)) (any, error) {
	body, err := readAtMost(w, r, adminBody)
	if err != nil {
		return nil, err
	}
	caller, err := a.auth.Authenticate(r, body, false)
	if err != nil {
		return nil, err
	}
	return f(call{Request: r, caller: caller, body: body, now: a.now()})
}

func statusOf(f *fault.Error) int {
	if f.Subject == doors.MediaType {
		return http.StatusUnsupportedMediaType
	}
	switch f.Kind {
	case fault.Internal:
		return http.StatusInternalServerError
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Throttled:
		return http.StatusTooManyRequests
	case fault.MissingAuth, fault.UnknownKey, fault.BadSignature, fault.ExpiredToken, fault.Denied:
		return http.StatusForbidden
	default:
		return http.StatusBadRequest
	}
}

// keyView is an access key as it is shown.
type keyView struct {
	AccessKeyID string `json:"AccessKeyId"`
	// SecretAccessKey is told once, when the key is made.
	SecretAccessKey string    `json:"SecretAccessKey,omitempty"`
	AccountID       string    `json:"AccountId"`
	Description     string    `json:"Description,omitempty"`
	Created         time.Time `json:"Created"`
}

func viewOf(k access.Key) keyView {
	return keyView{AccessKeyID: k.ID, AccountID: k.Account, Description: k.Description, Created: k.Created}
}

func (a *admin) listKeys(c call) (any, error) {
	out := struct{ Keys []keyView }{Keys: []keyView{}}
	for _, k := range a.keys.List() {
		if k.Account == c.caller.Account {
			out.Keys = append(out.Keys, viewOf(k))
		}
	}
	return out, nil
}

func (a *admin) createKey(c call) (any, error) {
	var in struct{ Description string }
	if len(c.body) > 0 {
		if err := json.Unmarshal(c.body, &in); err != nil {
			return nil, fault.New(fault.Malformed, "The body is not the JSON of a key: %v.", err)
		}
	}
	made, err := a.keys.Create(c.Context(), c.caller.Account, in.Description)
	if err != nil {
		return nil, err
	}
	v := viewOf(made.Key)
	v.SecretAccessKey = made.Secret.Reveal()
	return v, nil
}

func (a *admin) deleteKey(c call) (any, error) {
	id := mux.Vars(c.Request)["id"]
	if k, ok := a.keys.Lookup(id); ok && k.Account != c.caller.Account {
		return nil, fault.New(fault.NotFound, "The Access Key with id %s cannot be found.", id)
	}
	return struct{}{}, a.keys.Delete(c.Context(), id)
}

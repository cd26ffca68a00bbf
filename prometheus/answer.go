package prometheus

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/prometheus/promql"
)

// apiError is an error with its type in the API and its status.
type apiError struct {
	kind   string
	status int
	error
}

func bad(format string, args ...any) error {
	return &apiError{"bad_data", http.StatusBadRequest, fmt.Errorf(format, args...)}
}

// parameter says that a parameter cannot be taken.
func parameter(name string, err error) error {
	return bad("invalid parameter %q: %w", name, err)
}

// answer is the envelope of every answer.
type answer struct {
	Status    string   `json:"status"`
	Data      any      `json:"data,omitempty"`
	ErrorType string   `json:"errorType,omitempty"`
	Error     string   `json:"error,omitempty"`
	Warnings  []string `json:"warnings,omitempty"`
	Infos     []string `json:"infos,omitempty"`
}

// annotated is data with what there is to say of them.
type annotated struct {
	data            any
	warnings, infos []string
}

func (a *API) succeed(w http.ResponseWriter, data any) {
	out := answer{Status: "success", Data: data}
	if d, ok := data.(annotated); ok {
		out.Data, out.Warnings, out.Infos = d.data, d.warnings, d.infos
	}
	a.answer(w, http.StatusOK, out)
}

func (a *API) fail(w http.ResponseWriter, err error) {
	e := typed(err)
	a.answer(w, e.status, answer{Status: "error", ErrorType: e.kind, Error: e.Error()})
}

// typed finds the type and the status of an error of the engine.
func typed(err error) *apiError {
	var (
		told     *apiError
		canceled promql.ErrQueryCanceled
		timeout  promql.ErrQueryTimeout
		storage  promql.ErrStorage
	)
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &canceled):
		return &apiError{"canceled", 499, err} // the client has left: nginx's status, as in Prometheus
	case errors.As(err, &timeout):
		return &apiError{"timeout", http.StatusServiceUnavailable, err}
	case errors.As(err, &storage):
		return &apiError{"internal", http.StatusInternalServerError, err}
	}
	return &apiError{"execution", http.StatusUnprocessableEntity, err}
}

func (a *API) answer(w http.ResponseWriter, status int, out answer) {
	body, err := json.Marshal(out)
	if err != nil {
		a.Logger.Error("an answer cannot be written", "err", err)
		http.Error(w, "an answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has left needs no answer
}

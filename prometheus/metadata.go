package prometheus

import (
	"net/url"
	"runtime"

	"github.com/gorilla/mux"
)

func (a *API) series(r *request) (any, error) {
	if len(r.form["match[]"]) == 0 {
		return nil, bad("no match[] parameter provided")
	}
	s, err := a.selection(r)
	if err != nil {
		return nil, err
	}
	return a.Engine.Series(r.Context(), r.Caller, s.selectors, s.start, s.end, s.limit)
}

func (a *API) labels(r *request) (any, error) {
	s, err := a.selection(r)
	if err != nil {
		return nil, err
	}
	names, err := a.Engine.LabelNames(r.Context(), r.Caller, s.selectors, s.start, s.end)
	return list(cut(names, s.limit)), err
}

func (a *API) labelValues(r *request) (any, error) {
	raw, err := url.PathUnescape(mux.Vars(r.Request)["name"])
	if err != nil {
		return nil, bad("invalid label name: %v", err)
	}
	name, err := unescaped(raw)
	if err != nil {
		return nil, err
	}
	s, err := a.selection(r)
	if err != nil {
		return nil, err
	}
	values, err := a.Engine.LabelValues(r.Context(), r.Caller, name, s.selectors, s.start, s.end)
	return list(cut(values, s.limit)), err
}

// list is present though empty.
func list(s []string) any {
	if s == nil {
		return []string{}
	}
	return s
}

// metadata says nothing of any metric: CloudWatch's have no types and no help.
func (a *API) metadata(*request) (any, error) { return map[string]any{}, nil }

// buildInfo says what this is. Clients look at the version to know which
// functions there are: it is that of the engine.
func (a *API) buildInfo(*request) (any, error) {
	return map[string]string{
		"version": engineVersion, "revision": "skywatch", "branch": "", "buildUser": "", "buildDate": "", "goVersion": runtime.Version(),
	}, nil
}

// engineVersion is the release of Prometheus whose engine go.mod names.
const engineVersion = "3.15.0"

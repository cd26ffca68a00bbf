package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"skywatch/api/sigv4"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/prometheus"
	"skywatch/query/promql"
)

// openPrometheus makes the HTTP API of Prometheus over the metrics.
func (s *Server) openPrometheus(engine *promql.Engine) *prometheus.API {
	return prometheus.New(prometheus.Options{
		Engine: engine, Append: s.series.AppendRaw, Authenticate: s.plainTenant, Now: s.Now, Logger: s.log,
	})
}

// plainTenant says whose request of a protocol that is not AWS's it is: signed as
// AWS's requests are, or with an access key as user and password, or as the
// bearer token ID:SECRET. Without enforcement it is the default account's.
func (s *Server) plainTenant(r *http.Request, body []byte) (metric.Tenant, error) {
	mode := s.auth.now()
	if !mode.Enforced() {
		return s.tenant(), nil
	}
	if _, found, err := sigv4.ParseScope(sigv4.RequestOf(r, body)); found && err == nil {
		c, err := s.auth.Authenticate(r, body, false)
		return c.Tenant, err
	}
	id, secret, ok := r.BasicAuth()
	if token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); bearer {
		id, secret, ok = strings.Cut(token, ":")
	}
	key, known := s.auth.lookup(id)
	want, got := sha256.Sum256([]byte(key.Secret)), sha256.Sum256([]byte(secret)) // of one length, whatever was sent
	same := subtle.ConstantTimeCompare(want[:], got[:]) == 1
	if !ok || !known || !same {
		return metric.Tenant{}, fault.New(fault.BadSignature, "The request must be signed, or carry an access key as user and password or as the bearer token ID:SECRET.")
	}
	return metric.Tenant{Account: key.Account, Region: s.tenant().Region}, nil
}

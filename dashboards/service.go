package dashboards

import "skywatch/catalog"

// Service keeps dashboards. It is safe for concurrent use.
type Service struct{ db *catalog.DB }

// New returns a service over the dashboards in the catalog.
func New(db *catalog.DB) *Service { return &Service{db} }

// entry is what is kept of a dashboard beside its body, which a list does not
// read.
type entry struct {
	Modified int64 // seconds since the Unix epoch
	Size     int   // of the body, in bytes
}

// The tables, by (account, name).
var (
	entries = catalog.Table[entry]{Name: "dashboards"}
	bodies  = catalog.Table[string]{Name: "dashboard-bodies"}
	tagSets = catalog.Table[map[string]string]{Name: "dashboard-tags"}
)

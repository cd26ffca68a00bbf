package metric

// Filter selects metrics of one tenant. Empty fields select all.
type Filter struct {
	Tenant
	Namespace  string
	Name       string
	Dimensions []DimensionFilter // each must be met; other dimensions are allowed
	// Kind selects raw metrics or the others; the zero value selects both.
	Kind FilterKind
	// ActiveSince drops metrics without a datum at or after it (by the datum's
	// timestamp). Zero drops none.
	ActiveSince Instant
}

// FilterKind is which metrics a Filter selects.
type FilterKind int

// The kinds.
const (
	AnyKind FilterKind = iota
	OnlyRaw
	NotRaw
)

// DimensionFilter asks for a dimension of the given name, with the given
// value where AnyValue is not set.
type DimensionFilter struct {
	Name     string
	Value    string
	AnyValue bool
}

// Match reports whether the filter selects the metric.
func (f *Filter) Match(l Listing) bool {
	if l.ID.Tenant != f.Tenant ||
		f.Kind == OnlyRaw && !l.ID.Raw || f.Kind == NotRaw && l.ID.Raw ||
		f.Namespace != "" && l.ID.Namespace != f.Namespace ||
		f.Name != "" && l.ID.Name != f.Name ||
		f.ActiveSince != 0 && l.LastDatum < f.ActiveSince {
		return false
	}
	for _, d := range f.Dimensions {
		v, ok := l.ID.Dimension(d.Name)
		if !ok || !d.AnyValue && v != d.Value {
			return false
		}
	}
	return true
}

// Listing is a metric that exists, as a listing shows it.
type Listing struct {
	ID ID
	// LastDatum is the newest timestamp of its data, to the minute.
	LastDatum Instant
}

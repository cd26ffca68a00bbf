package ec2

// DescribeRegionsInput asks for regions.
type DescribeRegionsInput struct {
	AllRegions  *bool
	DryRun      *bool
	Filters     []Filter
	RegionNames []string
}

// DescribeRegionsOutput lists regions.
type DescribeRegionsOutput struct{ Regions []Region }

// DescribeInstancesInput asks for instances.
type DescribeInstancesInput struct {
	DryRun                  *bool
	Filters                 []Filter
	IncludeManagedResources *bool
	InstanceIds             []string
	MaxResults              *int32
	NextToken               *string
}

// DescribeInstancesOutput lists instances, by what launched them together.
type DescribeInstancesOutput struct {
	NextToken    *string
	Reservations []Reservation
}

// Filter keeps what has one of the values.
type Filter struct {
	Name   *string
	Values []string
}

// Region is a region and where it is reached.
type Region struct {
	Endpoint    *string
	OptInStatus *string
	RegionName  *string
}

// Reservation is instances that were launched together.
type Reservation struct {
	OwnerId       *string //nolint:revive // the model's spelling
	ReservationId *string //nolint:revive // the model's spelling
}

package ec2

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"

	"skywatch/api/wire/schemas"
)

const model = schemas.Model("com.amazonaws.ec2")

var (
	shapeString  = model.Simple("String", smithy.ShapeTypeString)
	shapeBoolean = model.Simple("Boolean", smithy.ShapeTypeBoolean)
	shapeInteger = model.Simple("Integer", smithy.ShapeTypeInteger)
)

// answered is a member of an answer with the name of its element. In requests
// members are written with a capital letter, which the protocol does by itself.
func answered(name, element string, target *smithy.Schema) schemas.Part {
	return schemas.Member(name, target, &traits.XMLName{Name: element})
}

// asked is a member of a request with the name of its parameter.
func asked(name, parameter string, target *smithy.Schema) schemas.Part {
	return schemas.Member(name, target, &traits.EC2QueryName{Name: parameter})
}

func list(name, element string, target *smithy.Schema) *smithy.Schema {
	return model.List(name, answered("member", element, target))
}

var shapeFilters = list("FilterList", "Filter", model.Structure("Filter", nil,
	schemas.Member("Name", shapeString),
	asked("Values", "Value", list("ValueStringList", "item", shapeString)),
))

// DescribeRegionsRequest is what is asked of DescribeRegions.
var DescribeRegionsRequest = model.Structure("DescribeRegionsRequest", nil,
	asked("RegionNames", "RegionName", list("RegionNameStringList", "RegionName", shapeString)),
	schemas.Member("AllRegions", shapeBoolean),
	schemas.Member("DryRun", shapeBoolean),
	asked("Filters", "Filter", shapeFilters),
)

// DescribeRegionsResult is what DescribeRegions answers.
var DescribeRegionsResult = model.Structure("DescribeRegionsResult", nil,
	answered("Regions", "regionInfo", list("RegionList", "item", model.Structure("Region", nil,
		answered("OptInStatus", "optInStatus", shapeString),
		answered("RegionName", "regionName", shapeString),
		answered("Endpoint", "regionEndpoint", shapeString),
	))),
)

// DescribeInstancesRequest is what is asked of DescribeInstances.
var DescribeInstancesRequest = model.Structure("DescribeInstancesRequest", nil,
	asked("InstanceIds", "InstanceId", list("InstanceIdStringList", "InstanceId", shapeString)),
	schemas.Member("IncludeManagedResources", shapeBoolean),
	schemas.Member("DryRun", shapeBoolean),
	asked("Filters", "Filter", shapeFilters),
	schemas.Member("NextToken", shapeString),
	schemas.Member("MaxResults", shapeInteger),
)

// DescribeInstancesResult is what DescribeInstances answers.
var DescribeInstancesResult = model.Structure("DescribeInstancesResult", nil,
	answered("NextToken", "nextToken", shapeString),
	answered("Reservations", "reservationSet", list("ReservationList", "item", model.Structure("Reservation", nil,
		answered("ReservationId", "reservationId", shapeString),
		answered("OwnerId", "ownerId", shapeString),
	))),
)

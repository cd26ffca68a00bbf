package scalable

import (
	"regexp"
	"strings"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// dimension is what the service knows of a scalable dimension (API reference,
// RegisterScalableTarget and PutScalingPolicy).
type dimension struct {
	resource *regexp.Regexp
	// role is the end of the service-linked role's name, what precedes it the
	// service of the role; both are of the namespace.
	role string
	// words call the capacity in activities, where they are not of the property
	// (user guide, "Scaling activities" and "Scheduled scaling").
	words string
	least int  // the least minimum
	steps bool // step scaling is offered
}

// CustomResource is the namespace of resources that are URLs.
const CustomResource = "custom-resource"

func resource(pattern string) *regexp.Regexp { return regexp.MustCompile("^" + pattern + "$") }

// dimensions are by what precedes the property in a dimension's name.
var dimensions = map[string]dimension{
	"ecs:service":                             {resource(`service/[^/]+/[^/]+`), "ECSService", "desired count", 0, true},
	"ec2:spot-fleet-request":                  {resource(`spot-fleet-request/.+`), "EC2SpotFleetRequest", "", 0, true},
	"elasticmapreduce:instancegroup":          {resource(`instancegroup/[^/]+/[^/]+`), "", "", 0, true},
	"appstream:fleet":                         {resource(`fleet/.+`), "AppStreamFleet", "", 0, true},
	"dynamodb:table":                          {resource(`table/[^/]+`), "DynamoDBTable", "", 1, false},
	"dynamodb:index":                          {resource(`table/[^/]+/index/[^/]+`), "DynamoDBTable", "", 1, false},
	"rds:cluster":                             {resource(`cluster:.+`), "RDSCluster", "", 0, true},
	"sagemaker:variant":                       {resource(`endpoint/[^/]+/variant/[^/]+`), "SageMakerEndpoint", "", 0, true},
	"sagemaker:inference-component":           {resource(`inference-component/.+`), "SageMakerEndpoint", "", 0, true},
	"custom-resource:ResourceType":            {resource(`https?://.+`), "CustomResource", "", 0, true},
	"comprehend:document-classifier-endpoint": {resource(`arn:.+`), "ComprehendEndpoint", "", 1, false},
	"comprehend:entity-recognizer-endpoint":   {resource(`arn:.+`), "ComprehendEndpoint", "", 1, false},
	"lambda:function":                         {resource(`function:[^:]+:[^:]+`), "LambdaConcurrency", "", 0, false},
	"cassandra:table":                         {resource(`keyspace/[^/]+/table/[^/]+`), "CassandraTable", "", 1, false},
	"kafka:broker-storage":                    {resource(`arn:.+`), "KafkaCluster", "", 1, false},
	"elasticache:cache-cluster":               {resource(`(cache-cluster|replication-group)/.+`), "ElastiCacheRG", "", 1, false},
	"elasticache:replication-group":           {resource(`(cache-cluster|replication-group)/.+`), "ElastiCacheRG", "", 1, false},
	"neptune:cluster":                         {resource(`cluster:.+`), "NeptuneCluster", "", 1, false},
	"workspaces:workspacespool":               {resource(`workspacespool/.+`), "WorkSpacesPool", "", 1, true},
}

// dimensionOf finds a dimension.
func dimensionOf(name string) (dimension, bool) {
	i := strings.LastIndexByte(name, ':')
	if i < 0 {
		return dimension{}, false
	}
	d, ok := dimensions[name[:i]]
	switch property := name[i+1:]; {
	case d.words != "":
	case property == "ReadCapacityUnits":
		d.words = "read capacity units"
	case property == "WriteCapacityUnits":
		d.words = "write capacity units"
	default:
		d.words = "desired capacity" // (inferred)
	}
	return d, ok
}

// check holds a name to what the service scales.
func (n Name) check() (dimension, error) {
	d, ok := dimensionOf(n.Dimension)
	if !ok || !strings.HasPrefix(n.Dimension, n.Namespace+":") || !d.resource.MatchString(n.Resource) {
		return d, fault.New(fault.Validation, "Unsupported service namespace, resource type or scalable dimension").On("ResourceId")
	}
	return d, nil
}

// words call the target's capacity.
func (n Name) words() string {
	d, _ := dimensionOf(n.Dimension)
	return d.words
}

// roleOf is the service-linked role that AWS would use (user guide,
// "Service-linked roles"). Amazon EMR has none, and a role must be named.
func (d *dimension) roleOf(t metric.Tenant, namespace string) string {
	if d.role == "" {
		return ""
	}
	return "arn:aws:iam::" + t.Account + ":role/aws-service-role/" + namespace +
		".application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_" + d.role
}

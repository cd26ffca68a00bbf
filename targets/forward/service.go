package forward

// service is how a service of AWS is spoken to. The values are those of the
// service models that botocore ships.
type service struct {
	protocol protocol
	// version is that of the API, of the Query protocols.
	version string
	// prefix stands before the operation in X-Amz-Target.
	prefix string
	// host begins the host name, and scope is the service's name in signatures,
	// where they are not the name in ARNs.
	host, scope string
}

// protocol is one of the forms of requests.
type protocol int

const (
	rest   protocol = iota // a path and a method, JSON where there is a body
	query                  // a form; XML comes back
	json10                 // JSON, the operation in a header
	json11
)

// services are those that can be called, by their name in ARNs.
var services = map[string]service{
	"application-autoscaling": {protocol: json11, prefix: "AnyScaleFrontendService"},
	"appsync":                 {protocol: rest},
	"autoscaling":             {protocol: query, version: "2011-01-01"},
	"batch":                   {protocol: rest},
	"codebuild":               {protocol: json11, prefix: "CodeBuild_20161006"},
	"codepipeline":            {protocol: json11, prefix: "CodePipeline_20150709"},
	"ec2":                     {protocol: query, version: "2016-11-15"},
	"ecs":                     {protocol: json11, prefix: "AmazonEC2ContainerServiceV20141113"},
	"events":                  {protocol: json11, prefix: "AWSEvents"},
	"execute-api":             {protocol: rest},
	"firehose":                {protocol: json11, prefix: "Firehose_20150804"},
	"glue":                    {protocol: json11, prefix: "AWSGlue"},
	"inspector":               {protocol: json11, prefix: "InspectorService"},
	"kinesis":                 {protocol: json11, prefix: "Kinesis_20131202"},
	"lambda":                  {protocol: rest},
	"logs":                    {protocol: json11, prefix: "Logs_20140328"},
	"redshift-data":           {protocol: json11, prefix: "RedshiftData"},
	"sagemaker":               {protocol: json11, prefix: "SageMaker", host: "api.sagemaker"},
	"sns":                     {protocol: query, version: "2010-03-31"},
	"sqs":                     {protocol: json10, prefix: "AmazonSQS"},
	"ssm":                     {protocol: json11, prefix: "AmazonSSM"},
	"ssm-incidents":           {protocol: rest},
	"states":                  {protocol: json10, prefix: "AWSStepFunctions"},
	"sync-states":             {protocol: json10, prefix: "AWSStepFunctions", scope: "states"},
}

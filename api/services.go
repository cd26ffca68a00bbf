package api

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"

	"skywatch/api/wire"
	"skywatch/api/wire/constraint"
	autoscalingmodel "skywatch/api/wire/schemas/autoscaling"
	cloudwatchmodel "skywatch/api/wire/schemas/cloudwatch"
	iammodel "skywatch/api/wire/schemas/iam"
	snsmodel "skywatch/api/wire/schemas/sns"
	sqsmodel "skywatch/api/wire/schemas/sqs"
	stsmodel "skywatch/api/wire/schemas/sts"
)

// The services that one port answers for, by their signing names.
var (
	monitoring = &wire.Service{
		SigningName: "monitoring", TargetPrefix: "GraniteServiceVersion20100801", Version: "2010-08-01",
		XMLNamespace:   "http://monitoring.amazonaws.com/doc/2010-08-01/",
		ShapeNamespace: "com.amazonaws.cloudwatch.v2010_08_01", QueryCompatible: true,
		MemberOrder: cloudwatchmodel.MemberOrder, Unions: cloudwatchmodel.Unions(),
	}
	events = &wire.Service{
		SigningName: "events", TargetPrefix: "AWSEvents", Version: "2015-10-07",
		ShapeNamespace: "com.amazonaws.events",
	}
	scheduling = &wire.Service{
		SigningName: "scheduler", Version: "2021-06-30", ShapeNamespace: "com.amazonaws.scheduler",
	}
	functions = &wire.Service{
		SigningName: "lambda", Version: "2015-03-31", ShapeNamespace: "com.amazonaws.lambda",
	}
	logging = &wire.Service{
		SigningName: "logs", TargetPrefix: "Logs_20140328", Version: "2014-03-28", ShapeNamespace: "com.amazonaws.cloudwatchlogs",
	}
	streaming = &wire.Service{
		SigningName: "kinesis", TargetPrefix: "Kinesis_20131202", Version: "2013-12-02", ShapeNamespace: "com.amazonaws.kinesis.v20131202",
	}
	messaging = &wire.Service{
		SigningName: "sns", TargetPrefix: "AmazonSimpleNotificationService", Version: "2010-03-31",
		XMLNamespace: "http://sns.amazonaws.com/doc/2010-03-31/", ShapeNamespace: "com.amazonaws.sns",
		MemberOrder: snsmodel.MemberOrder,
	}
	queueing = &wire.Service{
		SigningName: "sqs", TargetPrefix: "AmazonSQS", Version: "2012-11-05",
		XMLNamespace: "http://queue.amazonaws.com/doc/2012-11-05/", ShapeNamespace: "com.amazonaws.sqs", QueryCompatible: true,
		MemberOrder: sqsmodel.MemberOrder,
	}
	scalingService = &wire.Service{
		SigningName: "autoscaling", TargetPrefix: "AutoScaling_2011_01_01", Version: "2011-01-01",
		XMLNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/", ShapeNamespace: "com.amazonaws.autoscaling",
		MemberOrder: autoscalingmodel.MemberOrder,
	}
	appScaling = &wire.Service{
		SigningName: "application-autoscaling", TargetPrefix: "AnyScaleFrontendService", Version: "2016-02-06",
		ShapeNamespace: "com.amazonaws.applicationautoscaling",
	}
	tokens = &wire.Service{
		SigningName: "sts", TargetPrefix: "AWSSecurityTokenServiceV20110615", Version: "2011-06-15",
		XMLNamespace: "https://sts.amazonaws.com/doc/2011-06-15/", ShapeNamespace: "com.amazonaws.sts",
		MemberOrder: stsmodel.MemberOrder,
	}
	// The neighbours that clients ask at their start.
	users = &wire.Service{
		SigningName: "iam", Version: "2010-05-08",
		XMLNamespace: "https://iam.amazonaws.com/doc/2010-05-08/", ShapeNamespace: "com.amazonaws.iam",
		MemberOrder: iammodel.MemberOrder,
	}
	machines = &wire.Service{
		SigningName: "ec2", Version: "2016-11-15", EC2: true,
		XMLNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/", ShapeNamespace: "com.amazonaws.ec2",
	}
	links = &wire.Service{
		SigningName: "oam", Version: "2022-06-10", ShapeNamespace: "com.amazonaws.oam",
	}
	taggedThings = &wire.Service{
		SigningName: "tagging", TargetPrefix: "ResourceGroupsTaggingAPI_20170126", Version: "2017-01-26",
		ShapeNamespace: "com.amazonaws.resourcegroupstaggingapi",
	}
)

// table joins a service's model with what we offer of it. Every operation of
// the model is in it, so that each is decoded and answered; one that is not
// offered is refused with the protocol's own unknown-operation error.
func table(s *wire.Service, all []model, have []offered, rules constraint.Table) map[string]*Operation {
	ops := make(map[string]*Operation, len(all))
	for _, m := range all {
		ops[m.name] = &Operation{
			Operation: wire.Operation{Service: s, Name: m.name, Input: m.input, Output: m.output},
			newInput:  m.newInput,
		}
	}
	for _, o := range have {
		op := ops[o.name]
		op.handle, op.fields, op.test, op.unsigned = o.handle, o.fields, o.test, o.unsigned
		if !o.ownRules {
			op.constraints = rules
		}
	}
	return ops
}

// restTable is table for a service that is spoken to in REST-JSON: routes are
// its operations with the paths that lead to them.
func restTable(s *wire.Service, all []model, routes []*smithy.Schema, have []offered, rules constraint.Table) map[string]*Operation {
	ops := table(s, all, have, rules)
	for _, r := range routes {
		op := ops[r.ID().Name]
		op.http, _ = smithy.SchemaTrait[*traits.HTTP](r)
		op.Status = op.http.Code
	}
	return ops
}

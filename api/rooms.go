package api

import (
	"skywatch/alarms"
	"skywatch/api/wire"
	applicationautoscalingmodel "skywatch/api/wire/schemas/applicationautoscaling"
	autoscalingmodel "skywatch/api/wire/schemas/autoscaling"
	cloudwatchmodel "skywatch/api/wire/schemas/cloudwatch"
	cloudwatchlogsmodel "skywatch/api/wire/schemas/cloudwatchlogs"
	eventbridgemodel "skywatch/api/wire/schemas/eventbridge"
	kinesismodel "skywatch/api/wire/schemas/kinesis"
	lambdamodel "skywatch/api/wire/schemas/lambda"
	oammodel "skywatch/api/wire/schemas/oam"
	taggingmodel "skywatch/api/wire/schemas/resourcegroupstaggingapi"
	schedulermodel "skywatch/api/wire/schemas/scheduler"
	"skywatch/archives"
	"skywatch/dashboards"
	"skywatch/ingest"
	"skywatch/logs"
	"skywatch/query"
	"skywatch/rules"
	"skywatch/scheduler"
	"skywatch/streams"
	"skywatch/targets/destination"
	"skywatch/targets/function"
	"skywatch/targets/queue"
	"skywatch/targets/scalable"
	"skywatch/targets/scaling"
	"skywatch/targets/topic"
)

// Rooms are what the operations call.
type Rooms struct {
	Ingest    *ingest.Ingester
	Query     *query.Engine
	Alarms    *alarms.Service
	Topics    *topic.Service
	Queues    *queue.Service
	Rules     *rules.Service
	Webhooks  *destination.Service // connections and API destinations
	Schedules *scheduler.Service
	Archives  *archives.Service
	// Dashboards are kept per account.
	Dashboards *dashboards.Service
	Logs       *logs.Service
	Streams    *streams.Service
	Scaling    *scaling.Service
	Scalable   *scalable.Service
	Functions  *function.Service
	// Packages returns the link, below the base path, at which a package of a
	// function can be had for a while.
	Packages func(function.Package) string
}

func (r Rooms) tables() map[*wire.Service]map[string]*Operation {
	metrics := ingestOperations(r.Ingest)
	metrics = append(metrics, queryOperations(r.Query)...)
	metrics = append(metrics, alarmOperations(r.Alarms)...)
	metrics = append(metrics, dashboardOperations(r.Dashboards)...)
	metrics = append(metrics, muteOperations(r.Alarms)...)
	metrics = append(metrics, tagOperations(r.Alarms, r.Dashboards)...)
	bus := eventOperations(r.Rules)
	bus = append(bus, connectionOperations(r.Webhooks)...)
	bus = append(bus, destinationOperations(r.Webhooks)...)
	bus = append(bus, archiveOperations(r.Archives)...)
	tables := map[*wire.Service]map[string]*Operation{
		monitoring:     table(monitoring, cloudwatchModel, metrics, withNewer(cloudwatchmodel.Constraints)),
		events:         table(events, eventbridgeModel, bus, eventbridgemodel.Constraints),
		scheduling:     restTable(scheduling, schedulerModel, schedulerRoutes, schedulerOperations(r.Schedules), schedulermodel.Constraints),
		functions:      restTable(functions, lambdaModel, lambdaRoutes, lambdaOperations(r.Functions, r.Packages), lambdamodel.Constraints),
		messaging:      table(messaging, snsModel, snsOperations(r.Topics), nil),
		scalingService: table(scalingService, autoscalingModel, scalingOperations(r.Scaling, r.Alarms), autoscalingmodel.Constraints),
		appScaling:     table(appScaling, applicationautoscalingModel, appScalingOperations(r.Scalable, r.Alarms), applicationautoscalingmodel.Constraints),
		queueing:       table(queueing, sqsModel, sqsOperations(r.Queues), nil),
		logging:        table(logging, cloudwatchlogsModel, logOperations(r.Logs), cloudwatchlogsmodel.Constraints),
		streaming:      table(streaming, kinesisModel, streamOperations(r.Streams), kinesismodel.Constraints),
		tokens:         table(tokens, stsModel, identityOperations(), nil),
		users:          table(users, iamModel, userOperations(), nil),
		machines:       table(machines, ec2Model, machineOperations(), nil),
		links:          restTable(links, oamModel, oamRoutes, linkOperations(), oammodel.Constraints),
		taggedThings:   table(taggedThings, resourcegroupstaggingapiModel, taggingOperations(r), taggingmodel.Constraints),
	}
	tables[queueing]["ReceiveMessage"].waits = true
	tables[functions]["Invoke"].waits = true
	return tables
}

package api

import (
	"skywatch/api/wire"
	cloudwatchmodel "skywatch/api/wire/schemas/cloudwatch"
	"skywatch/ingest"
	"skywatch/query"
)

// Rooms are what the operations call.
type Rooms struct {
	Ingest *ingest.Ingester
	Query  *query.Engine
}

func (r Rooms) tables() map[*wire.Service]map[string]*Operation {
	metrics := ingestOperations(r.Ingest)
	metrics = append(metrics, queryOperations(r.Query)...)
	return map[*wire.Service]map[string]*Operation{
		monitoring: table(monitoring, cloudwatchModel, metrics, cloudwatchmodel.Constraints),
		events:     table(events, eventbridgeModel, nil, nil),
		messaging:  table(messaging, snsModel, nil, nil),
		queueing:   table(queueing, sqsModel, nil, nil),
		tokens:     table(tokens, stsModel, identityOperations(), nil),
	}
}

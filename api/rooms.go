package api

import (
	"skywatch/api/wire"
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
		monitoring: table(monitoring, cloudwatchModel, metrics),
		events:     table(events, eventbridgeModel, nil),
		messaging:  table(messaging, snsModel, nil),
		queueing:   table(queueing, sqsModel, nil),
		tokens:     table(tokens, stsModel, identityOperations()),
	}
}

package api

import (
	"net/http"

	"skywatch/internal/fault"
)

// scalingErrors are the rows of Auto Scaling (API model).
var scalingErrors = map[place]spelling{
	{scalingService, fault.Conflict, ""}:         {"AlreadyExists", "AlreadyExistsFault", "", http.StatusBadRequest},
	{scalingService, fault.Conflict, "in-use"}:   {"ResourceInUse", "ResourceInUseFault", "", http.StatusBadRequest},
	{scalingService, fault.Conflict, "activity"}: {"ScalingActivityInProgress", "ScalingActivityInProgressFault", "", http.StatusBadRequest},
	{scalingService, fault.LimitExceeded, ""}:    {"LimitExceeded", "LimitExceededFault", "", http.StatusBadRequest},
}

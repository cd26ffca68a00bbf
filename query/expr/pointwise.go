package expr

import "math"

// pointwise are the functions of single points.
var pointwise = []function{
	ofPoints("ABS", math.Abs), ofPoints("CEIL", math.Ceil), ofPoints("FLOOR", math.Floor),
	ofPoints("LOG", math.Log), ofPoints("LOG10", math.Log10),
}

func ofPoints(name string, of func(float64) float64) function {
	return function{name, 1, 1, alike, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		if err != nil {
			return v, err
		}
		return points(v, of), nil
	}}
}

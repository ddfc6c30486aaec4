"""What do pictures, plots and tables say in Spanish?

By what they say in English. The names of metrics and of optimizers are names, and stay.
"""

from __future__ import annotations

SPANISH = {
    "path": "camino",
    "local derivatives": "derivadas locales",
    "product": "producto",
    "share": "proporción",
    "against": "en contra",
    "the only path": "el único camino",
    "the sum over {} paths": "la suma sobre {} caminos",
    "It is not a number: 0 · inf along a path, inf - inf between paths, or a rule that gave nan.":
        "No es un número: 0 · inf en un camino, inf - inf entre caminos, o una regla que dio nan.",
    "Paths pull both ways, {} up and {} down: all cancels.":
        "Los caminos tiran hacia ambos lados, {} hacia arriba y {} hacia abajo: todo se cancela.",
    "1 of {} paths pulls the other way": "1 de {} caminos tira hacia el otro lado",
    "{} of {} paths pull the other way": "{} de {} caminos tiran hacia el otro lado",
    "more than 99.9 %": "más de 99.9 %",
    "{}: {} of what flows cancels.": "{}: {} de lo que fluye se cancela.",
    "{} of {} paths are listed, the largest.": "Se muestran {} de {} caminos, los mayores.",
    "operation": "operación",
    "operations": "operaciones",
    "parameter": "parámetro",
    "parameters": "parámetros",
    "input": "entrada",
    "inputs": "entradas",
    "constant": "constante",
    "constants": "constantes",
    "number": "número",
    "numbers": "números",
    "layer": "capa",
    "layers": "capas",
    "neuron": "neurona",
    "neurons": "neuronas",
    "call": "llamada",
    "calls": "llamadas",
    "shares {}": "comparte {}",
    "all {}": "sólo {}",
    "{} other kinds": "y {} clases más",
    "result {}": "resultado {}",
    "no gradient": "sin gradiente",
    "no backward yet": "aún sin backward",
    "epoch": "época",
    "metrics": "métricas",
    "lowest: {}, epoch {}": "mínimo: {}, época {}",
    "predicted class": "clase predicha",
    "true class": "clase verdadera",
    "{} of {} right ({} %)": "{} de {} correctas ({} %)",
    "weight": "peso",
    "taken at a jump": "valor en el salto",
    "step": "paso",
    "learning rate η": "tasa de aprendizaje η",
    "steps": "pasos",
    "final loss": "pérdida final",
    "from a minimum": "de un mínimo",
    "then overflow": "después, desbordamiento",
    "saddle": "punto silla",
    "ravine": "barranco",
    "start": "inicio",
    "minimum": "mínimo",
    "margin y·ŷ": "margen y·ŷ",
    "residual ŷ - t": "residuo ŷ - t",
    "residual y - t": "residuo y - t",
    "probability of what is true": "probabilidad de lo verdadero",
    "ŷ of what is true": "ŷ de lo verdadero",
    "forecast of an event that happens": "pronóstico de un suceso que ocurre",
    "score of an event that happens": "puntaje de un suceso que ocurre",
    "lead of the right class of two": "ventaja de la clase correcta de dos",
    "log-probability of what is true": "log-probabilidad de lo verdadero",
    "log-probability of a class of share ½": "log-probabilidad de una clase con proporción ½",
    "prediction, where the target is 1": "predicción, cuando el objetivo es 1",
    "loss": "pérdida",
    "derivative": "derivada",
    "second derivative": "segunda derivada",
    "its derivative": "su derivada",
    "slide": "diapositiva",
    "standard": "estándar",
    "zero-one loss": "pérdida cero-uno",
    "twice the zero-one loss": "el doble de la pérdida cero-uno",
    "perceptron loss": "pérdida del perceptrón",
    "hinge loss": "pérdida hinge",
    "squared error of one sample": "error cuadrático de una muestra",
    "mean squared error": "error cuadrático medio",
    "absolute error of one sample": "error absoluto de una muestra",
    "mean absolute error": "error absoluto medio",
    "log-likelihood": "log-verosimilitud",
    "cross entropy": "entropía cruzada",
    "The slide's ½ (y - sign ŷ)² = 1 - y sign ŷ is 2 for a mistake and 0 otherwise: twice the zero-one loss. The "
    "derivative of both is 0 wherever there is one, so gradient descent never moves.":
        "En la diapositiva, ½ (y - sign ŷ)² = 1 - y sign ŷ vale 2 si hay error y 0 si no: el doble de la pérdida cero-uno. "
        "La derivada de ambas es 0 donde existe, así que el descenso de gradiente nunca se mueve.",
    "The slide's max{-y sign ŷ, 0} is the zero-one loss (but for ŷ = 0), and no smooth surrogate: its derivative is 0 "
    "wherever there is one. The perceptron loss has no sign in it. At ŷ = 0 its derivative is -y, the perceptron's "
    "own step.":
        "En la diapositiva, max{-y sign ŷ, 0} es la pérdida cero-uno (salvo en ŷ = 0) y no un sustituto suave: su derivada "
        "es 0 donde existe. La pérdida del perceptrón no lleva el signo. En ŷ = 0 su derivada es -y, el paso del propio "
        "perceptrón.",
    "The slide's (t - y)² is the loss of one sample; the mean squared error is its mean over the samples. The "
    "½ (y - f)² of the slides' worked example is half of it: half_squared_error, and no MSE.":
        "En la diapositiva, (t - y)² es la pérdida de una muestra; el error cuadrático medio es su promedio sobre las "
        "muestras. El ½ (y - f)² del ejemplo resuelto es la mitad: half_squared_error, y no MSE.",
    "The slide's |t - y| is the loss of one sample; the mean absolute error is its mean over the samples.":
        "En la diapositiva, |t - y| es la pérdida de una muestra; el error absoluto medio es su promedio sobre las "
        "muestras.",
    "The slide's max{-y ŷ, 0} is the perceptron loss, a hinge with margin 0: it does not penalise right predictions of "
    "low confidence, as the slide says it does. The hinge loss does: it asks for a margin of 1.":
        "En la diapositiva, max{-y ŷ, 0} es la pérdida del perceptrón, una hinge de margen 0: no castiga las predicciones "
        "correctas de poca confianza, como la diapositiva dice. La pérdida hinge sí: pide un margen de 1.",
    "The slide's Σ y log ŷ is the log-likelihood, which is to be maximised; minimised, it drives ŷ of the right class "
    "to 0. The cross entropy is -Σ y log ŷ.":
        "En la diapositiva, Σ y log ŷ es la log-verosimilitud, que se maximiza; si se minimiza, lleva a 0 la ŷ de la clase "
        "correcta. La entropía cruzada es -Σ y log ŷ.",
}  # fmt: skip

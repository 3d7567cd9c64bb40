"""The model once more, plainly: a Mesa agent per person, adjacency lists and loops, to check the columns against."""

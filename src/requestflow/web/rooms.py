"""The rooms that people enter: one Blueprint each, in the order in which work goes through them."""

from flask import Blueprint

from requestflow.web import annual, casework, design, health, indicators, intake, office, public, signin, worklist

ROOMS: tuple[Blueprint, ...] = (
    public.room,
    signin.room,
    intake.room,
    worklist.room,
    casework.room,
    office.room,
    annual.room,
    indicators.room,
    health.room,
    design.room,
)

"""The rooms that people enter: one Blueprint each, in the order in which work goes through them."""

from flask import Blueprint

from requestflow.web import (
    admin,
    annual,
    assigning,
    casework,
    design,
    filters,
    health,
    indicators,
    intake,
    me,
    office,
    outbox,
    public,
    signin,
    worklist,
)

ROOMS: tuple[Blueprint, ...] = (
    public.room,
    signin.room,
    intake.room,
    worklist.room,
    filters.room,
    assigning.room,
    casework.room,
    office.room,
    annual.room,
    indicators.room,
    admin.room,
    me.room,
    outbox.room,
    health.room,
    design.room,
)

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The council of a consortium
/// @notice Holds the admin roles of the contracts. Each member may propose an act; none is done before a delay has
/// passed, in which any member may call it back. Members and delay change by acts of the council itself.
interface ICouncil {
    /// @notice A council has at least one member.
    error CouncilWithoutMembers();

    /// @notice An account of zeros is no member.
    error CouncilMemberIsZero();

    /// @notice The council holds no value.
    error CouncilTakesNoValue();
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What becomes of a registration: superseded, a rendition of another, withdrawn.
contract ResourceChangesTest is Fixture {
    bytes32 private constant SUCCESSOR = keccak256("second edition");
    bytes32 private constant THIRD = keccak256("third edition");

    // supersede

    function testFuzz_a_resource_is_superseded(uint8 relation) public {
        relation = uint8(_bound(relation, 1, 2));
        _register(DIGEST);
        _register(SUCCESSOR);
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceSuperseded(DIGEST, STEWARD, SUCCESSOR, relation);
        vm.prank(REGISTRAR);
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, relation);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).relation, relation, "relation");
        _checkState(DIGEST, 2, SUCCESSOR);
        _checkState(SUCCESSOR, 1, 0);
        vm.assertEq(_resources.checkActive(DIGEST, STEWARD), 1, "still active");
        _checkAllEventsCounted(_resources);
    }

    function testFuzz_other_relations_are_refused(uint8 relation) public {
        vm.assume(relation == 0 || relation > 3);
        _register(DIGEST);
        _register(SUCCESSOR);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.InvalidRelation.selector, relation));
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, relation);
    }

    function testFuzz_who_is_no_registrar_supersedes_and_renders_nothing(address caller) public {
        vm.assume(caller != REGISTRAR);
        _register(DIGEST);
        _register(SUCCESSOR);
        bytes memory refusal = abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, 1);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _resources.declareRendition(DIGEST, STEWARD, SUCCESSOR);
    }

    function test_superseding_never_goes_in_a_circle() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _register(THIRD);
        _supersede(DIGEST, SUCCESSOR);
        _supersede(SUCCESSOR, THIRD);
        _expectRefused(
            abi.encodeWithSelector(IResourceRegistry.ResourceAlreadySuperseded.selector, DIGEST, STEWARD, SUCCESSOR)
        );
        _resources.supersede(THIRD, STEWARD, DIGEST, 2);
    }

    function test_a_resource_is_superseded_once() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _register(THIRD);
        _supersede(DIGEST, SUCCESSOR);
        _expectRefused(
            abi.encodeWithSelector(IResourceRegistry.ResourceAlreadySuperseded.selector, DIGEST, STEWARD, SUCCESSOR)
        );
        _resources.supersede(DIGEST, STEWARD, THIRD, 2);
    }

    function test_a_resource_does_not_supersede_itself() public {
        _register(DIGEST);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.SuccessorIsSame.selector, DIGEST));
        _resources.supersede(DIGEST, STEWARD, DIGEST, 2);
    }

    function test_both_resources_must_be_registered_by_the_steward() public {
        IResourceRegistry.Registration memory foreign = _stated(SUCCESSOR);
        foreign.steward = OTHER_STEWARD;
        vm.prank(OTHER_REGISTRAR);
        _resources.register(foreign);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, DIGEST, STEWARD));
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, 2);
        _register(DIGEST);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, SUCCESSOR, STEWARD));
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, 2);
    }

    function test_neither_resource_may_be_withdrawn() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _withdraw(SUCCESSOR, 1);
        bytes memory refusal = abi.encodeWithSelector(
            IResourceRegistry.ResourceIsWithdrawn.selector,
            SUCCESSOR,
            STEWARD
        );
        _expectRefused(refusal);
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, 2);
        _expectRefused(refusal);
        _resources.supersede(SUCCESSOR, STEWARD, DIGEST, 2);
    }

    function test_a_suspended_steward_supersedes_nothing() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _suspend();
        _expectRefused(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _resources.supersede(DIGEST, STEWARD, SUCCESSOR, 2);
    }

    // declareRendition

    function test_a_rendition_points_to_its_original() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.RenditionDeclared(DIGEST, STEWARD, SUCCESSOR);
        _render(DIGEST, SUCCESSOR);
        IResourceRegistry.RegistrationState memory kept = _resources.registration(DIGEST, STEWARD);
        vm.assertEq(kept.original, SUCCESSOR, "original");
        vm.assertEq(kept.state, 1, "state");
        vm.assertEq(_resources.registration(SUCCESSOR, STEWARD).original, 0, "of the original");
        vm.assertEq(_resources.registration(DIGEST, OTHER_STEWARD).original, 0, "of another steward");
        _checkAllEventsCounted(_resources);
    }

    /// @dev Verifiers read the slot by its proof (docs/formats.md, section 5), so it must tell by itself.
    function test_the_slot_of_a_registration_tells_whether_it_is_a_rendition() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        vm.assertEq(_standing(DIGEST), 1, "of its own");
        _render(DIGEST, SUCCESSOR);
        vm.assertEq(_standing(DIGEST), 2, "a rendition");
        vm.assertEq(_standing(SUCCESSOR), 1, "the original");
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 1);
        vm.assertEq(_standing(DIGEST), 2, "a rendition that is withdrawn");
        vm.assertEq(_standing(THIRD), 0, "not registered");
    }

    function test_an_original_has_many_renditions_and_a_rendition_one_original() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _register(THIRD);
        _render(DIGEST, THIRD);
        _render(SUCCESSOR, THIRD);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceIsRendition.selector, DIGEST, STEWARD, THIRD));
        _resources.declareRendition(DIGEST, STEWARD, SUCCESSOR);
    }

    function test_renditions_never_go_in_a_circle() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _render(DIGEST, SUCCESSOR);
        _expectRefused(
            abi.encodeWithSelector(IResourceRegistry.ResourceIsRendition.selector, DIGEST, STEWARD, SUCCESSOR)
        );
        _resources.declareRendition(SUCCESSOR, STEWARD, DIGEST);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.OriginalIsSame.selector, SUCCESSOR));
        _resources.declareRendition(SUCCESSOR, STEWARD, SUCCESSOR);
    }

    function test_a_rendition_and_its_original_must_stand() public {
        _register(DIGEST);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, SUCCESSOR, STEWARD));
        _resources.declareRendition(DIGEST, STEWARD, SUCCESSOR);
        _expectRefused(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, SUCCESSOR, STEWARD));
        _resources.declareRendition(SUCCESSOR, STEWARD, DIGEST);
        _register(SUCCESSOR);
        _withdraw(SUCCESSOR, 1);
        bytes memory refusal = abi.encodeWithSelector(
            IResourceRegistry.ResourceIsWithdrawn.selector,
            SUCCESSOR,
            STEWARD
        );
        _expectRefused(refusal);
        _resources.declareRendition(DIGEST, STEWARD, SUCCESSOR);
        _expectRefused(refusal);
        _resources.declareRendition(SUCCESSOR, STEWARD, DIGEST);
    }

    function test_a_suspended_steward_declares_nothing() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _suspend();
        _expectRefused(abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        _resources.declareRendition(DIGEST, STEWARD, SUCCESSOR);
    }

    // withdraw

    function testFuzz_a_resource_is_withdrawn_for_ever(uint8 reason) public {
        reason = uint8(_bound(reason, 1, 3));
        _register(DIGEST);
        vm.expectEmit(address(_resources));
        emit IResourceRegistry.ResourceWithdrawn(DIGEST, STEWARD, reason);
        _withdraw(DIGEST, reason);
        _checkState(DIGEST, 3, 0);
        bytes memory refusal = abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, DIGEST, STEWARD);
        vm.expectRevert(refusal);
        _resources.checkActive(DIGEST, STEWARD);
        vm.expectRevert(refusal);
        _withdraw(DIGEST, reason);
        _checkAllEventsCounted(_resources);
    }

    function test_a_superseded_resource_is_withdrawn_and_keeps_its_successor() public {
        _register(DIGEST);
        _register(SUCCESSOR);
        _supersede(DIGEST, SUCCESSOR);
        _withdraw(DIGEST, 2);
        _checkState(DIGEST, 3, SUCCESSOR);
    }

    function test_a_suspended_steward_still_withdraws() public {
        _register(DIGEST);
        _suspend();
        _withdraw(DIGEST, 3);
        _checkState(DIGEST, 3, 0);
    }

    function testFuzz_other_reasons_are_refused(uint8 reason) public {
        vm.assume(reason == 0 || reason > 3);
        _register(DIGEST);
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.InvalidWithdrawalReason.selector, reason));
        _withdraw(DIGEST, reason);
    }

    function testFuzz_who_is_no_registrar_withdraws_nothing(address caller) public {
        vm.assume(caller != REGISTRAR);
        _register(DIGEST);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _resources.withdraw(DIGEST, STEWARD, 1);
    }

    function testFuzz_what_was_never_registered_is_not_found(bytes32 digest, bytes32 steward) public {
        _register(DIGEST);
        vm.assume(digest != DIGEST || steward != STEWARD);
        vm.assertEq(_resources.registration(digest, steward).state, 0, "state");
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, digest, steward));
        _resources.checkActive(digest, steward);
        vm.assume(digest != DIGEST);
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, digest, STEWARD));
        _withdraw(digest, 1);
    }

    function _supersede(bytes32 digest, bytes32 successor) private {
        vm.prank(REGISTRAR);
        _resources.supersede(digest, STEWARD, successor, 1);
    }

    function _withdraw(bytes32 digest, uint8 reason) private {
        vm.prank(REGISTRAR);
        _resources.withdraw(digest, STEWARD, reason);
    }

    function _suspend() private {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
    }

    function _render(bytes32 digest, bytes32 original) private {
        vm.prank(REGISTRAR);
        _resources.declareRendition(digest, STEWARD, original);
    }

    function _expectRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
    }

    function _checkState(bytes32 digest, uint8 state, bytes32 successor) private view {
        IResourceRegistry.RegistrationState memory kept = _resources.registration(digest, STEWARD);
        vm.assertEq(kept.registrar, REGISTRAR, "registrar");
        vm.assertEq(kept.registeredAt, block.timestamp, "registered at");
        vm.assertEq(kept.state, state, "state");
        vm.assertEq(kept.licenseNumber, 1, "license number");
        vm.assertEq(kept.successor, successor, "successor");
    }

    /// @dev Returns the highest byte of a registration's storage slot.
    function _standing(bytes32 digest) private view returns (uint256) {
        uint256 ofDigest = uint256(keccak256(abi.encode(digest, uint256(3))));
        return uint256(vm.load(address(_resources), keccak256(abi.encode(STEWARD, ofDigest)))) >> 248;
    }
}
